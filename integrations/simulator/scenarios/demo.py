"""A believable year of a marketing team's webinars around now."""

from integrations.simulator.scenarios.builder import Builder
from integrations.simulator.truth.policy import Policy
from integrations.simulator.world import World


def build(world: World, people: int) -> Policy:
    host = world.add_user("mara.lindqvist@brightline.example", "Mara", "Lindqvist", role_name="Owner")
    policy = Policy(exclude_contacts=["brightline.example"])
    make = Builder(world, host, policy)
    webinar = make.past("Pipeline reviews that work", days_ago=9)
    held = make.hold(webinar)
    for number in range(40):
        someone = make.register(webinar, f"person{number}@northwind.example", f"Person No{number}")
        if number % 3:
            make.stay(held, someone, number % 10, 60 - number % 20)
    make.upcoming("Quarterly product news")
    return policy
