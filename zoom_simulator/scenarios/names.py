"""People and companies that do not exist, put together from short lists; all domains are reserved ones."""

from random import Random

from msgspec import Struct


def _words(text: str) -> list[str]:
    return text.split()


FIRST = _words(
    "Ada Aisha Alba Amara Anton Arjun Astrid Aylin Ben Bianca Bruno Camille Carlos Chiara Chloe Dana Daniel "
    "David Diego Elena Elias Elif Emil Emma Erik Eva Farah Felix Fiona Florian Freya Gabriel Greta Hana Hugo "
    "Ida Ines Irina Isaac Ivan Jana Jasper Jonas Julia Kai Karim Katja Kenji Lars Laura Lea Leon Lina Lucas "
    "Luis Maja Malik Marco Maria Marta Mateo Maya Mei Mila Nadia Nils Nina Noah Nora Olga Oscar Paula Pavel "
    "Petra Priya Rafael Rania Robin Rosa Samir Sara Selma Simon Sofia Stefan Tara Teo Thomas Tilda Tom Uma "
    "Valentin Vera Victor Yara Yusuf Zoe"
)
LAST = _words(
    "Abel Adeyemi Almeida Andersen Bakker Banerjee Barros Bauer Becker Berg Bianchi Blom Boateng Brandt Cho "
    "Costa Cruz Dahl Demir Diaz Dubois Eriksen Evans Falk Ferrari Fischer Fontaine Fournier Garcia Gomez "
    "Greco Gruber Haas Hansen Hartley Hoffmann Holm Ibrahim Ito Ivanova Jansen Jensen Kaya Keller Khan Kim "
    "Klein Kovacs Kowalski Krause Lang Larsen Laurent Lehmann Lindgren Lopez Lund Maier Marino Martin Meyer "
    "Molina Moreau Moretti Nakamura Nguyen Novak Nowak Okafor Olsen Ortega Osei Park Patel Pereira Petrov "
    "Popov Rao Reyes Ricci Richter Rossi Roy Sanchez Santos Sato Schmidt Schulz Sharma Silva Simon Singh "
    "Sorensen Svensson Tanaka Torres Varga Vogel Wagner Walsh Weber Winter Wolf Yilmaz Young Zimmermann"
)
COMPANIES = _words(
    "northwind alpenglow bluefin cedarworks copperline daybreak driftwood eastgate evergreen fernhill "
    "foundry9 "
    "glasshouse greyfriars halcyon harborview hexagon inkwell ironbridge juniper kestrel kiteworks "
    "lanternlight "
    "lighthouse lumen maplewood meridian midtown millbrook moonrise northlight oakfield orchard outpost "
    "paperplane parallel pebble pinecone quayside redwood ridgeline riverstone saltmarsh sandbar silverfern "
    "skylark southbank stonegate summitry sunflower tailwind thistle tidewater treeline vantage velvet "
    "waterfront westbury wildflower windmill yellowbrick"
)
TITLES = (
    "Head of Marketing",
    "Marketing Manager",
    "Demand Generation Lead",
    "Sales Director",
    "Account Executive",
    "Operations Manager",
    "Product Manager",
    "Customer Success Manager",
    "Chief Executive",
    "RevOps Analyst",
)


class Somebody(Struct, frozen=True):
    first_name: str
    last_name: str
    email: str
    company: str
    job_title: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def somebody(random: Random) -> Somebody:
    first, last, company = random.choice(FIRST), random.choice(LAST), random.choice(COMPANIES)
    return Somebody(
        first_name=first,
        last_name=last,
        email=f"{first}.{last}@{company}.example".lower(),
        company=company.capitalize(),
        job_title=random.choice(TITLES),
    )


def crowd(random: Random, size: int) -> list[Somebody]:
    """That many people with different addresses."""
    people: dict[str, Somebody] = {}
    while len(people) < size:
        one = somebody(random)
        people.setdefault(one.email, one)
    return list(people.values())
