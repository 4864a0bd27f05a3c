// The parts of govuk-frontend that our pages use.
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { Tabs } from "govuk-frontend/dist/govuk/components/tabs/tabs.mjs";

const PARTS = [
  [Button, { preventDoubleClick: true }],
  [CharacterCount],
  [Checkboxes],
  [ErrorSummary],
  [PasswordInput],
  [Radios],
  [SkipLink],
  [Tabs],
];

export function initAll(scope) {
  for (const [Part, config] of PARTS) createAll(Part, config, { scope, onError: ignoreDone });
}

// A second start on the same element is no fault: a swap may hold parts that were there before.
function ignoreDone(error) {
  if (error.name !== "InitError") console.error(error);
}
