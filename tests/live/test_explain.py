"""Real PyTorch tensors explained by the same code: the tests of `tests/explain` once more."""

from types import ModuleType

import pytest

torch_module = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor.explain import (  # noqa: E402 - only where PyTorch is installed
    NoOrigin,
    convolution_behind,
    explain,
    explain_automatically,
)
from tests.explain.test_attempts import (  # noqa: E402
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
    test_a_group_leaves_the_other_channels_out,
    test_a_large_element_is_short,
    test_a_long_row_is_read_near_the_window_only,
    test_a_sum_by_hand_has_a_term_a_channel_up_to_three,
    test_a_thousand_random_layers,
    test_of_many_channels_those_are_drawn_that_count_most,
    test_small_numbers_by_hand,
    test_the_articles_element_spelled_out,
)
from tests.explain.test_hand import (  # noqa: E402
    test_a_factor_of_the_sum_itself_counts,
    test_a_sub_goal_is_reached_or_not,
    test_a_sum_is_held_against_the_size_of_its_own_terms,
    test_how_often_is_counted,
    test_numbers_that_were_copied_are_recognised_and_near_ones_are_not,
    test_pieces_joined_along_any_axis,
    test_the_first_channel_shows_where_a_sum_aims,
    test_where_a_window_began_is_said_in_a_dilated_layer,
)
from tests.explain.test_mistakes import (  # noqa: E402
    test_a_wrong_length_is_named_by_its_rule,
    test_a_wrong_number_of_a_strided_layer_is_named,
    test_a_wrong_output_is_named,
    test_forgotten_padding_is_named,
    test_numbers_that_cannot_tell_mistakes_apart,
    test_padding_that_repeats_the_input_hides_no_mistake,
)
from tests.explain.test_origin import (  # noqa: E402
    test_a_layer_inside_a_model_is_called_by_its_path,
    test_a_layer_is_shown_over_an_input_not_over_something_computed,
    test_a_number_that_two_outputs_share_is_nobodys,
    test_a_used_up_history_is_made_good_by_the_learners_own_names,
    test_a_used_up_history_of_another_input_is_not_made_up,
    test_a_view_is_called_by_an_expression_that_gives_it,
    test_an_element_is_found_however_it_was_reached,
    test_an_input_padded_by_hand_is_found_under_its_zeros,
    test_an_unbatched_call_has_no_sample,
    test_four_decimals_are_not_enough_to_know_a_number_by,
    test_many_elements_give_an_overview,
    test_nothing_is_explained_unasked_but_an_element,
    test_same_padding_of_an_even_kernel,
    test_the_nearest_convolution_is_the_origin,
    test_the_whole_output_is_known,
    test_very_many_elements_are_cut,
    test_weights_changed_behind_the_records_back_are_noticed,
    test_what_is_no_plain_view_has_no_name,
    test_what_stands_amid_other_numbers_is_not_padded,
    test_what_was_done_on_the_way_is_said,
    test_without_a_history_the_line_to_type_is_given,
)
from tests.explain.test_signals import (  # noqa: E402
    test_an_output_stands_at_the_middle_of_its_window,
    test_of_a_very_long_output_every_nth_number_is_worked_out,
    test_only_the_channels_of_the_filters_group_are_shown,
)
from tests.explain.test_uses import (  # noqa: E402
    test_a_bias,
    test_a_layer_that_cannot_run_still_has_weights,
    test_a_layer_that_does_not_fit_is_said,
    test_a_layers_parameters_and_shape,
    test_a_models_shapes_are_what_it_gives,
    test_a_number_that_padding_repeats_is_met_there_too,
    test_a_weight_is_known_by_where_it_lies,
    test_an_input_is_read_by_the_filters_of_its_group,
    test_groups_tell_which_input_channel_a_weight_meets,
    test_the_bound_counts_channels_and_taps,
    test_the_reach_is_where_the_output_moves,
    test_the_reach_of_an_input,
    test_without_an_input_the_sizes_stay_letters,
)

__all__ = [
    "test_a_bias",
    "test_a_factor_of_the_sum_itself_counts",
    "test_a_group_leaves_the_other_channels_out",
    "test_a_large_element_is_short",
    "test_a_layer_inside_a_model_is_called_by_its_path",
    "test_a_layer_is_shown_over_an_input_not_over_something_computed",
    "test_a_layer_that_cannot_run_still_has_weights",
    "test_a_layer_that_does_not_fit_is_said",
    "test_a_layers_parameters_and_shape",
    "test_a_long_row_is_read_near_the_window_only",
    "test_a_models_shapes_are_what_it_gives",
    "test_a_number_that_padding_repeats_is_met_there_too",
    "test_a_number_that_two_outputs_share_is_nobodys",
    "test_a_pasted_text_is_decoded",
    "test_a_right_length_is_not_called_wrong",
    "test_a_right_number_is_not_called_wrong",
    "test_a_right_shape_is_not_called_wrong",
    "test_a_right_sum_is_recognised",
    "test_a_sub_goal_is_reached_or_not",
    "test_a_sum_by_hand_has_a_term_a_channel_up_to_three",
    "test_a_sum_is_held_against_the_size_of_its_own_terms",
    "test_a_thousand_random_layers",
    "test_a_used_up_history_is_made_good_by_the_learners_own_names",
    "test_a_used_up_history_of_another_input_is_not_made_up",
    "test_a_view_is_called_by_an_expression_that_gives_it",
    "test_a_weight_is_known_by_where_it_lies",
    "test_a_wrong_length_is_named",
    "test_a_wrong_length_is_named_by_its_rule",
    "test_a_wrong_number_is_named",
    "test_a_wrong_number_of_a_strided_layer_is_named",
    "test_a_wrong_output_is_named",
    "test_a_wrong_shape_is_named",
    "test_a_wrong_sum_is_answered_with_its_term",
    "test_an_element_is_found_however_it_was_reached",
    "test_an_error_is_decoded",
    "test_an_input_is_read_by_the_filters_of_its_group",
    "test_an_input_padded_by_hand_is_found_under_its_zeros",
    "test_an_output_stands_at_the_middle_of_its_window",
    "test_an_unbatched_call_has_no_sample",
    "test_forgotten_padding_is_named",
    "test_four_decimals_are_not_enough_to_know_a_number_by",
    "test_groups_tell_which_input_channel_a_weight_meets",
    "test_how_often_is_counted",
    "test_many_elements_give_an_overview",
    "test_nothing_is_explained_unasked_but_an_element",
    "test_numbers_that_cannot_tell_mistakes_apart",
    "test_numbers_that_were_copied_are_recognised_and_near_ones_are_not",
    "test_of_a_very_long_output_every_nth_number_is_worked_out",
    "test_of_many_channels_those_are_drawn_that_count_most",
    "test_only_the_channels_of_the_filters_group_are_shown",
    "test_padding_that_repeats_the_input_hides_no_mistake",
    "test_pieces_joined_along_any_axis",
    "test_same_padding_of_an_even_kernel",
    "test_small_numbers_by_hand",
    "test_the_articles_element_spelled_out",
    "test_the_bound_counts_channels_and_taps",
    "test_the_first_channel_shows_where_a_sum_aims",
    "test_the_nearest_convolution_is_the_origin",
    "test_the_reach_is_where_the_output_moves",
    "test_the_reach_of_an_input",
    "test_the_whole_output_is_known",
    "test_trying_a_line_leaves_no_trace",
    "test_very_many_elements_are_cut",
    "test_weights_changed_behind_the_records_back_are_noticed",
    "test_what_is_meant_is_not_suspected",
    "test_what_is_no_plain_view_has_no_name",
    "test_what_nothing_refuses_is_named",
    "test_what_stands_amid_other_numbers_is_not_padded",
    "test_what_was_done_on_the_way_is_said",
    "test_where_a_window_began_is_said_in_a_dilated_layer",
    "test_without_a_history_the_line_to_type_is_given",
    "test_without_an_input_the_sizes_stay_letters",
]


@pytest.fixture(scope="session")
def torch() -> ModuleType:
    """Return PyTorch in place of the bundled engine."""
    return torch_module


@pytest.mark.parametrize("index", ["", "[0,0,0,0]", ".sum()"])
def test_a_two_dimensional_convolution_is_called_one(index: str) -> None:
    """Nothing of it is taken apart, and nothing raises."""
    names: dict[str, object] = {"torch": torch_module}
    exec("z = torch.nn.Conv2d(2, 3, (3, 2))(torch.rand(1, 2, 5, 6))", names)
    value = eval("z" + index, names)
    found = explain(value, names, "z" + index)
    assert isinstance(found, NoOrigin)
    assert found.reason == "image"
    assert convolution_behind(value, names) is None
    assert explain_automatically(value, names, "z" + index) is None
