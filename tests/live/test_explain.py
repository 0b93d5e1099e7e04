"""Real PyTorch tensors explained by the same code: the tests of `tests/explain` once more."""

from types import ModuleType

import pytest

torch_module = pytest.importorskip("torch", reason="compares with PyTorch live")

from tests.explain.test_attempts import (  # noqa: E402 - only where PyTorch is installed
    test_a_pasted_text_is_decoded,
    test_a_right_length_is_not_called_wrong,
    test_a_right_number_is_not_called_wrong,
    test_a_right_shape_is_not_called_wrong,
    test_a_right_sum_is_recognised,
    test_a_wrong_length_is_named,
    test_a_wrong_number_is_named,
    test_a_wrong_shape_is_named,
    test_a_wrong_sum_is_answered_with_its_term,
    test_an_error_is_decoded,
    test_trying_a_line_leaves_no_trace,
    test_what_is_meant_is_not_suspected,
    test_what_nothing_refuses_is_named,
)
from tests.explain.test_derivation import (  # noqa: E402
    test_a_large_element_is_quick,
    test_a_large_element_is_short,
    test_a_thousand_random_layers,
    test_small_numbers_by_hand,
    test_the_articles_element_spelled_out,
)
from tests.explain.test_provenance import (  # noqa: E402
    test_a_layer_inside_a_model_is_called_by_its_path,
    test_a_used_up_history_is_made_good_by_the_learners_own_names,
    test_an_element_is_found_however_it_was_reached,
    test_an_unbatched_call_has_no_sample,
    test_many_elements_give_an_overview,
    test_nothing_is_explained_unasked_but_an_element,
    test_the_nearest_convolution_is_the_origin,
    test_what_was_done_on_the_way_is_said,
    test_without_a_history_the_line_to_type_is_given,
)

__all__ = [
    "test_a_large_element_is_quick",
    "test_a_large_element_is_short",
    "test_a_layer_inside_a_model_is_called_by_its_path",
    "test_a_pasted_text_is_decoded",
    "test_a_right_length_is_not_called_wrong",
    "test_a_right_number_is_not_called_wrong",
    "test_a_right_shape_is_not_called_wrong",
    "test_a_right_sum_is_recognised",
    "test_a_thousand_random_layers",
    "test_a_used_up_history_is_made_good_by_the_learners_own_names",
    "test_a_wrong_length_is_named",
    "test_a_wrong_number_is_named",
    "test_a_wrong_shape_is_named",
    "test_a_wrong_sum_is_answered_with_its_term",
    "test_an_element_is_found_however_it_was_reached",
    "test_an_error_is_decoded",
    "test_an_unbatched_call_has_no_sample",
    "test_many_elements_give_an_overview",
    "test_nothing_is_explained_unasked_but_an_element",
    "test_small_numbers_by_hand",
    "test_the_articles_element_spelled_out",
    "test_the_nearest_convolution_is_the_origin",
    "test_trying_a_line_leaves_no_trace",
    "test_what_is_meant_is_not_suspected",
    "test_what_nothing_refuses_is_named",
    "test_what_was_done_on_the_way_is_said",
    "test_without_a_history_the_line_to_type_is_given",
]


@pytest.fixture(scope="session")
def torch() -> ModuleType:
    """Return PyTorch in place of the bundled engine."""
    return torch_module
