import fc from 'fast-check';
import { requestIdOf } from '../../../src/http/request-id';
import { anyCharacter } from '../../support/any-text';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const idFor = (given: string | undefined) => requestIdOf({ headers: { 'x-request-id': given } });

describe('the ID of a request', () => {
  test.each([
    'a',
    '9f1c2e1a-5b1c-4d6e-8f00-1234567890ab',
    'Root=1-67891233-abcdef012345678912345678',
    'gateway.example.com/abc+DEF=:_1',
    'x'.repeat(128),
  ])('is the one of the proxy: %s', (given) => {
    expect(idFor(given)).toBe(given);
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['too long', 'x'.repeat(129)],
    ['several', 'a, b'],
    ['with a line break', 'a\nlevel=fatal'],
    ['with a line break at the end', 'a\n'],
    ['with a quotation mark', 'a","level":"fatal'],
    ['with a tag', '<script>'],
    ['with other letters', 'ä'],
    ['with an invisible character', 'a\u200b'],
  ])('is a new one when the given one is %s', (_, given) => {
    expect(idFor(given)).toMatch(UUID);
  });

  test('is different for each request', () => {
    expect(idFor(undefined)).not.toBe(idFor(undefined));
  });

  test('is always safe in a log line and in a header', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (given) => {
        expect(idFor(given)).toMatch(/^[\x21-\x7e]{1,128}$/);
      }),
    );
  });
});
