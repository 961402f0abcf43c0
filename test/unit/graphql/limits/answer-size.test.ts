import {
  limitAnswerSize,
  MAX_ANSWER_BYTES,
  writeAnswer,
} from '../../../../src/graphql/limits/answer-size';

const ofLength = (length: number, character: string) => ({
  data: { a: character.repeat(length) } as Record<string, unknown>,
  extensions: { upstream: { calls: 0 } },
});
const OVERHEAD = JSON.stringify(ofLength(0, '')).length;

function limited(answer: ReturnType<typeof ofLength>, estimatedBytes: number) {
  const body = { kind: 'single' as const, singleResult: answer };
  limitAnswerSize(body, estimatedBytes);
  return JSON.parse(writeAnswer(body.singleResult)) as unknown;
}

describe.each([
  ['small', 100],
  ['large', MAX_ANSWER_BYTES],
])('An answer that is expected to be %s', (_, estimatedBytes) => {
  test('is sent unchanged up to 4 MB, in ASCII and in Chinese', () => {
    const ascii = ofLength(MAX_ANSWER_BYTES - OVERHEAD, 'a');
    expect(limited(ascii, estimatedBytes)).toEqual(ascii);
    const chinese = ofLength(Math.floor((MAX_ANSWER_BYTES - OVERHEAD) / 3), '环');
    expect(limited(chinese, estimatedBytes)).toEqual(chinese);
  });

  test.each([
    ['ASCII', ofLength(MAX_ANSWER_BYTES, 'a'), '4.0'],
    ['Chinese', ofLength(MAX_ANSWER_BYTES / 2, '环'), '6.0'],
  ])('becomes a short error above 4 MB, in %s', (_script, answer, mb) => {
    expect(limited(answer, estimatedBytes)).toEqual({
      data: null,
      errors: [
        {
          message: `operation: expected an answer of at most 4 MB, got ${mb} MB`,
          extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
        },
      ],
      extensions: { upstream: { calls: 0 } },
    });
  });
});
