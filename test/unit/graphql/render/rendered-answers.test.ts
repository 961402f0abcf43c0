import { checkRenderedAnswers } from '../../../support/rendered-answers';

test('Tasks answered as text are what graphql-js answers: 400 documents drawn at random', async () => {
  const { answers, asText, again, withErrors, rendered, kept } = await checkRenderedAnswers(
    400,
    100_000,
  );

  // Each document with four sets of variables, and each of these twice.
  expect(answers).toBe(3_200);
  expect(asText).toBeGreaterThan(0.3 * answers);
  expect(again).toBeGreaterThan(0.02 * answers);
  expect(withErrors).toBeGreaterThan(0.2 * answers);
  expect(rendered).toBeGreaterThan(1_000);
  expect(kept).toBeGreaterThan(rendered);
}, 120_000);
