import re

import botocore.session

from baseline.aws.guardduty import finding_fields, nearest_field, text_fields


def test_the_fields_are_those_of_the_api_and_of_the_user_guide() -> None:
    model = botocore.session.get_session().get_service_model("guardduty")
    request = model.operation_model("CreateFilter").input_shape
    assert request
    criteria = request.members["FindingCriteria"].documentation
    named = {re.sub(r"<[^>]+>", "", item) for item in re.findall(r"<li>\s*<p>(.*?)</p>", criteria)}
    ours = {name for name in named if ":" not in name}
    assert len(ours) > 600
    assert ours <= finding_fields()
    assert {
        "type",
        "resource.s3BucketDetails.name",
        "service.runtimeDetails.process.executableSha256",
        "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
    } <= finding_fields()


def test_a_misspelt_field_has_a_nearest_one() -> None:
    assert nearest_field("resource.instanceDetail.tags.value") == "resource.instanceDetails.tags.value"
    assert nearest_field("?") is None


def test_text_has_no_order() -> None:
    assert {"region", "type", "service.action.networkConnectionAction.blocked"} <= text_fields()
    assert not {"severity", "updatedAt", "service.count"} & text_fields()
