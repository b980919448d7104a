"""The `document` section of a profile: the contents of a report's cover."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from baseline.capabilities.expiry import CalendarDay
from baseline.documents.section import Section
from baseline.languages.catalog import languages
from baseline.profile.acceptance import Person
from baseline.profile.fields import Email, reject

Line = Annotated[str, Field(min_length=1, max_length=128, pattern=r"\S")]
LogoFile = Annotated[str, Field(max_length=255, pattern=r"^[^\\\s].*\.(svg|png|jpg|jpeg)$")]


def _language(value: str) -> str:
    if value not in languages():
        reject("profile-value", f'no texts in the language "{value}": known are {", ".join(languages())}')
    return value


Language = Annotated[str, AfterValidator(_language), Field(json_schema_extra={"enum": list(languages())})]


class Reader(Section):
    """A contact for readers of a report: a person or team."""

    name: Person = Field(description="A person or a team.", examples=["Alex Morgan"])
    role: Line | None = Field(default=None, description="Role or job title.", examples=["Lead architect"])
    email: Email | None = Field(default=None, description="E-mail address.", examples=["alex@northwind.example"])


class Party(Section):
    """The client, or the consultant."""

    name: Line = Field(description="Name of the company.", examples=["Northwind Trading Ltd"])
    logo: LogoFile | None = Field(
        default=None,
        description="The logo: an SVG, PNG or JPEG file below the directory of the profile that names it, at most "
        "256 KiB. It is embedded in the report.",
        examples=["logos/northwind.svg"],
    )
    contacts: Annotated[list[Reader], Field(max_length=20)] = Field(
        default=[], description="People to ask.", examples=[[{"name": "Alex Morgan", "role": "Lead architect"}]]
    )


class Cover(Section):
    """Contents of the cover of `baseline report`. They do not affect the deployment."""

    title: Line | None = Field(
        default=None, description="Title of the report. Default: a fixed title.", examples=["AWS security baseline"]
    )
    client: Party | None = Field(
        default=None,
        description="Recipient of the report. Default: the organization's name.",
        examples=[{"name": "Northwind Trading Ltd", "logo": "logos/northwind.svg"}],
    )
    consultant: Party | None = Field(
        default=None, description="Who made it.", examples=[{"name": "Meadow Cloud Consulting"}]
    )
    version: Line | None = Field(default=None, description="Version of the report, in quotes.", examples=["1.0"])
    date: CalendarDay | None = Field(default=None, description="Its date, as YYYY-MM-DD.", examples=["2026-11-30"])
    status: Literal["draft", "review", "final"] | None = Field(
        default=None, description="Status: `draft`, `review` or `final`.", examples=["draft"]
    )
    language: Language = Field(
        default="en",
        description=f"Language of headings and fixed texts: {', '.join(languages())}.",
        examples=["de"],
    )
    confidentiality: Line | None = Field(
        default=None,
        description="Who may read the report; printed on every page.",
        examples=["Confidential: Northwind only"],
    )
