"""Catalogues: words under keys that never change, taken in and out of a practice as files."""

from domain.catalogues.files import (
    DuplicateKey as DuplicateKey,
    FileForm as FileForm,
    FileNotRead as FileNotRead,
    FileNotUnicode as FileNotUnicode,
    LabelMissing as LabelMissing,
    UnknownLanguage as UnknownLanguage,
    must_be_labelled as must_be_labelled,
    must_be_spoken as must_be_spoken,
    must_be_unique as must_be_unique,
    read_file as read_file,
    write_file as write_file,
)
from domain.catalogues.own import (
    CatalogueChanged as CatalogueChanged,
    CatalogueEdition as CatalogueEdition,
    Entry as Entry,
    KeyGone as KeyGone,
    NoSuchEdition as NoSuchEdition,
    Own as Own,
    TooManyEntries as TooManyEntries,
    WordingShipped as WordingShipped,
    by_place as by_place,
    in_order as in_order,
    own_entries as own_entries,
    set_entries as set_entries,
)
