import {
  limitAnswerSize,
  MAX_ANSWER_BYTES,
  writeAnswer,
} from '../../../../src/graphql/limits/answer-size';
import { JsonText, noteTexts } from '../../../../src/graphql/render/json-text';

const ofLength = (length: number, character: string) => ({
  data: { a: character.repeat(length) } as Record<string, unknown>,
  extensions: { upstream: { calls: 0 } },
});
const OVERHEAD = JSON.stringify(ofLength(0, '')).length;

function limited(
  answer: Pick<ReturnType<typeof ofLength>, 'data' | 'extensions'>,
  estimatedBytes: number,
) {
  const body = { kind: 'single' as const, singleResult: answer };
  limitAnswerSize(body, estimatedBytes);
  return JSON.parse(writeAnswer(body.singleResult).toString()) as unknown;
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

test.each([
  ['small', 100],
  ['large', MAX_ANSWER_BYTES],
])(
  'Tasks that are answered as text may fill 4 MB where the answer is expected to be %s',
  (_, estimatedBytes) => {
    const text = new JsonText(Buffer.from(JSON.stringify(Array.from({ length: 1_000 }, () => ''))));
    const list = Array.from({ length: 1_350 }, () => text);
    const data = { semester: { userStageTasks: list } };
    noteTexts(data);
    const answer = limited({ data, extensions: { upstream: { calls: 0 } } }, estimatedBytes);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeGreaterThan(0.95 * MAX_ANSWER_BYTES);
  },
);
