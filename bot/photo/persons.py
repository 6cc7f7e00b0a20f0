"""Who the patient of a paper is that calls her by another word: the payer of a bill, whom a register fetches for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.photo.labels import labelled, ranked
from bot.photo.reading import Field
from bot.photo.rows import Row

_TITLE: Final = 5  # rows from the top in which the name of the paper stands
_NOT_HERSELF: Final = r"\s*\((?:代|家属|家长|亲属|监护|陪|联系|儿子|女儿|父|母|夫|妻)"
_NAME: Final = rf"\s*:\s*([\u4e00-\u9fff]{{2,4}})(?![\u4e00-\u9fff·])(?!{_NOT_HERSELF})"
# A receipt for treatment is made out to the patient, whoever brings the money; a register of a neighbourhood lists
# those who need medicines, and names beside them who fetches them
_PAPERS: Final = (
    (re.compile("票据|发票|收据|收费"), re.compile(rf"(?<![\u4e00-\u9fff])(?:[交缴付]款人|[交缴]费人){_NAME}")),
    (
        re.compile("登记[表簿册单]|需求表|名册|台账|代[配取购]"),
        re.compile(rf"(?<![\u4e00-\u9fff])(?:[配取领购需]药人|需药居民){_NAME}"),
    ),
)


def only_named(rows: Sequence[Row]) -> Field | None:
    """The one person whom such a paper names in its own word; None where any label of a patient stands on it."""
    if any(ranked(m.kind)[0] == "patient" for row in rows for m in labelled(row)):
        return None
    for title, named in _PAPERS:
        found = [(row, m) for row in rows for m in named.finditer(row.text)]
        if len({m[1] for _, m in found}) == 1 and any(title.search(row.text) for row in rows[:_TITLE]):
            row, m = found[0]
            return row.field(m.start(1), m.end(1))
    return None
