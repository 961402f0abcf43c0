import { Secret } from '../../../src/domain/secret';
import { createSeal } from '../../../src/redis/seal';

const seal = createSeal(new Secret('the secret of the app'));

test('A sealed text opens at its place', () => {
  for (const text of ['', 'text', '绩效 🦊']) {
    expect(seal.open('place', seal.seal('place', text))).toBe(text);
  }
});

test.each([
  ['another place', 'place 2', seal.seal('place', 'text')],
  // The place and the text together are the same letters.
  ['a place that takes letters of the text', 'placet', seal.seal('place', 'text').replace('t', '')],
  ['another secret', 'place', createSeal(new Secret('another')).seal('place', 'text')],
  ['another text', 'place', `${seal.seal('place', 'text')}!`],
  ['no seal', 'place', 'text'],
  ['nothing', 'place', ''],
])('A text does not open with %s', (_, place, sealed) => {
  expect(seal.open(place, sealed)).toBeUndefined();
});

test('The end of a place cannot become the start of a text', () => {
  const sealed = seal.seal('ab', 'c');
  const mac = sealed.slice(0, -1);
  expect(seal.open('a', `${mac}bc`)).toBeUndefined();
});
