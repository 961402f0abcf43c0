/** `warning`: it works, except for something that this deployment may not need. */
export type Outcome = 'ok' | 'warning' | 'failed' | 'skipped';

/** One part of a deployment. */
export interface Step {
  readonly name: string;
  readonly outcome: Outcome;
  /** What was found. */
  readonly finding: string;
  /** What the operator can do, one or two sentences each. */
  readonly remedies: readonly string[];
}

export type Report = (
  outcome: Outcome,
  name: string,
  finding: string,
  remedies?: readonly string[],
) => void;

const MARKS: Readonly<Record<Outcome, string>> = {
  ok: '✔',
  warning: '!',
  failed: '✘',
  skipped: '–',
};
const NAME_WIDTH = 18;

/** The step as lines of text, each with a line break. */
export function formatStep({ name, outcome, finding, remedies }: Step): string {
  const [first = '', ...more] = finding.split('\n');
  const indent = ' '.repeat(NAME_WIDTH + 2);
  return [
    `${MARKS[outcome]} ${name.padEnd(NAME_WIDTH)}${first}`,
    ...more.map((line) => indent + line),
    ...remedies.map((remedy) => `${indent}→ ${remedy}`),
    '',
  ].join('\n');
}
