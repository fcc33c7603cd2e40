"""The application form of Article 29: stored, read back, refused when it names nothing."""

from __future__ import annotations

import pytest

from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm, check_form
from assistant.errors import Invalid


@pytest.mark.parametrize("applicant", ApplicantClass)
@pytest.mark.parametrize("delivery", Delivery)
def test_form_survives_being_stored(applicant: ApplicantClass, delivery: Delivery) -> None:
    form = DisclosureForm("2025年水资源公报", applicant, delivery)
    check_form(form)
    assert DisclosureForm.from_details(form.to_details()) == form


@pytest.mark.parametrize("information", ["", "长" * 501])
def test_form_without_a_usable_description_is_refused(information: str) -> None:
    form = DisclosureForm(information, ApplicantClass.PERSON, Delivery.EMAIL)
    with pytest.raises(Invalid, match="所需信息"):
        check_form(form)
