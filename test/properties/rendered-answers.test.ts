import { checkRenderedAnswers } from '../support/rendered-answers';

/** Each document is executed with four sets of variables over changing tasks. */
const DOCUMENTS = 25_000;

test('Tasks answered as text are what graphql-js answers: 100,000 cases drawn at random', async () => {
  const { answers, asText } = await checkRenderedAnswers(DOCUMENTS, 1_700_000);
  // Each case is executed twice.
  expect(answers).toBe(8 * DOCUMENTS);
  expect(asText).toBeGreaterThan(0.3 * answers);
}, 1_800_000);
