"""The flows that come with the hub: nothing is wrong with them, and each way through them has a case."""

import pytest

from orderloom.actions import shipped
from orderloom.domain.documents.kinds import Known
from orderloom.domain.flows import definition
from orderloom.rules import flow_kind

FLOWS = [each for each in shipped.documents() if each.kind == "flow"]
KNOWN = Known(documents={"flow": {each.name: each.content for each in FLOWS}})


@pytest.mark.parametrize("flow", FLOWS, ids=lambda each: each.name)
def test_a_shipped_flow_is_sound_and_goes_as_its_cases_say(flow: shipped.Proposal) -> None:
    assert flow_kind.check(flow.name, flow.content, KNOWN) == []
    assert flow_kind.run_cases(flow.name, flow.content, flow.cases, KNOWN) == []


@pytest.mark.parametrize("flow", FLOWS, ids=lambda each: each.name)
def test_every_node_of_a_shipped_flow_is_passed_by_a_case(flow: shipped.Proposal) -> None:
    nodes = {node.id for node in definition.read(flow.content).nodes}
    passed = {step.split(":")[0] for case in flow.cases for step in case["path"]}
    assert nodes == passed
