"""The table of forms: a row for each function that the library promises, under its name in tests/names.py."""

import forms_elementwise
import forms_index
import forms_layers
import forms_linalg
import forms_loss
import forms_reduce
import forms_shape

FORMS = (
    forms_elementwise.FORMS
    | forms_reduce.FORMS
    | forms_linalg.FORMS
    | forms_shape.FORMS
    | forms_index.FORMS
    | forms_loss.FORMS
    | forms_layers.FORMS
)
