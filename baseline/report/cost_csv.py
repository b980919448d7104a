"""A cost estimate as a table for spreadsheets."""

import csv
import io
from decimal import Decimal

from baseline.cost.estimate import Estimate
from baseline.text.spreadsheet import cell_text

_PLACES = Decimal("0.0001")
COLUMNS = (
    *("capability", "driver", "title", "size", "region", "accounts", "unit", "amount_low", "amount_high"),
    *("charge_low", "charge_high", "currency", "grade", "source", "seen"),
)


def format_cost_csv(estimate: Estimate) -> str:
    """A row for each driver, size class and Region. A charge without a known price is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in estimate.lines:
        charge = [str(number.quantize(_PLACES)) for number in line.charge] if line.charge else ["", ""]
        price = line.price
        writer.writerow(
            [
                *(line.capability, line.driver.id, cell_text(line.driver.title), line.size, line.region, line.accounts),
                cell_text(price.unit) if price else "",
                *(str(number.quantize(_PLACES)) for number in line.amount),
                *charge,
                *(estimate.basis.currency, line.grade.value),
                *((cell_text(price.source), price.seen) if price else ("", "")),
            ]
        )
    return text.getvalue()
