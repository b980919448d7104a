"""Plain values of the profile on their way into templates."""

from baseline.capabilities.landscape import Reference, portable, portable_text


def test_the_partition_of_an_arn_is_filled_in_by_cloudformation() -> None:
    found = portable({"Resource": ["arn:aws:s3:::exports/*", "*", "arn:aws-us-gov:iam::*:role/x"], "Count": 1})
    assert found == {
        "Resource": ["arn:${AWS::Partition}:s3:::exports/*", "*", "arn:${AWS::Partition}:iam::*:role/x"],
        "Count": 1,
    }
    assert isinstance(found["Resource"][0], Reference)
    assert not isinstance(found["Resource"][1], Reference)


def test_what_else_a_text_names_stays_what_it_is() -> None:
    found = portable("arn:aws:s3:::home/${aws:username}/${AWS::AccountId}")
    assert found == {
        "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::home/$", "{aws:username}/$", "{AWS::AccountId}"]]
    }


def test_text_that_only_mentions_an_arn_is_left_alone() -> None:
    assert portable("see arn:aws:s3:::x") == "see arn:aws:s3:::x"
    assert portable("arn:aws-xx:s3:::x y") == "arn:aws-xx:s3:::x y"


def test_arns_inside_a_text_are_portable_and_the_rest_stays() -> None:
    found = portable_text('{ $.a = "arn:aws:iam::aws:policy/x" } ${y} arn:aws-cn:s3:::z')
    assert isinstance(found, Reference)
    assert found == '{ $.a = "arn:${AWS::Partition}:iam::aws:policy/x" } ${!y} arn:${AWS::Partition}:s3:::z'
    for text in ("no ARN: ${x}", "barn:aws:x", "arn:awsome:x"):
        assert portable_text(text) is text
