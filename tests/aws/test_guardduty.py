from baseline.aws.guardduty import finding_fields, nearest_field


def test_the_fields_are_those_of_the_user_guide() -> None:
    assert len(finding_fields()) == 94
    assert {
        "type",
        "resource.s3BucketDetails.name",
        "service.runtimeDetails.process.executableSha256",
        "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
    } <= finding_fields()


def test_a_misspelt_field_has_a_nearest_one() -> None:
    assert nearest_field("resource.instanceDetail.tags.value") == "resource.instanceDetails.tags.value"
    assert nearest_field("?") is None
