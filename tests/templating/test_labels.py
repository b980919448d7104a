"""Labels of table cells for narrow screens."""

from baseline.templating.html import trusted_markup
from baseline.templating.labels import labelled_cells


def test_cells_name_their_column_but_the_heading_of_a_card() -> None:
    head = '<table><thead><tr><th scope="col">x</th><th><b>a &amp; b</b></th></tr></thead>'
    row = '<tr><td>1</td><td class="day">2</td></tr>'
    labelled = '<tr><td>1</td><td class="day" data-label="A &amp; b">2</td></tr>'
    assert labelled_cells(trusted_markup(f"{head}<tbody>{row}{row}</tbody></table>")) == (
        f"{head}<tbody>{labelled}{labelled}</tbody></table>"
    )


def test_number_in_the_first_column_has_a_label() -> None:
    table = '<thead><tr><th>saves</th></tr></thead><tbody><tr><td class="number">1</td></tr></tbody>'
    assert '<td class="number" data-label="Saves">1</td>' in labelled_cells(trusted_markup(table))
