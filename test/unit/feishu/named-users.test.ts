import fc from 'fast-check';
import type { Explanation } from '../../../src/feishu/explanation';
import { namedUsers } from '../../../src/feishu/named-users';

const says = (parts: Partial<Explanation>): Explanation => ({
  message: undefined,
  fieldViolations: [],
  permissionViolations: [],
  ...parts,
});
const inMessage = (message: string, ...asked: string[]) => namedUsers(says({ message }), asked);
const inValues = (values: readonly string[], ...asked: string[]) =>
  namedUsers(says({ fieldViolations: values.map((value) => ({ value })) }), asked);

describe('Feishu names a user of a call', () => {
  test.each([
    ['ou_1', 'alone'],
    ['"ou_1"', 'in quotes'],
    ['["ou_1","ou_7"]', 'in a list'],
    ['user_id_lists[0]=ou_1', 'after a sign'],
    ['id:ou_1.', 'at the end of a sentence'],
    ['用户ou_1不存在', 'in Chinese, without spaces'],
    ['not a valid {ou_1} or not exists', 'in braces'],
  ])('by %j: %s', (text) => {
    expect(inMessage(text, 'ou_1', 'ou_2')).toEqual(['ou_1']);
    expect(inValues([text], 'ou_1', 'ou_2')).toEqual(['ou_1']);
  });

  test.each([
    ['a', 'param is invalid'],
    ['ou_1', 'ou_11 is invalid'],
    ['ou_1', 'xou_1 is invalid'],
    ['OU_1', 'ou_1 is invalid'],
    ['li', 'li-si is invalid'],
    ['ou_1', ''],
  ])('but not by a part of another word: %j in %j', (id, message) => {
    expect(inMessage(message, id, 'ou_2')).toEqual([]);
  });

  test('by the longest reading of a word, not by the beginning of another ID', () => {
    expect(inMessage('user li.si is invalid', 'li', 'li.si', 'si', 'x')).toEqual(['li.si']);
    expect(inMessage('user a@b.cn, is invalid', 'a', 'a@b.cn', 'x')).toEqual(['a@b.cn']);
  });

  test('by its whole ID, whatever characters that has', () => {
    expect(inValues(['张三'], '张三', '李四')).toEqual(['张三']);
    expect(inValues(['a"b,c'], 'a"b,c', 'a', 'b')).toEqual(['a"b,c']);
  });

  test('by a value rather than by the words around it', () => {
    const fieldViolations = [{ value: 'ou_1', description: 'unlike ou_2' }];
    const said = says({ message: 'ou_3', fieldViolations });
    expect(namedUsers(said, ['ou_1', 'ou_2', 'ou_3'])).toEqual(['ou_1']);
  });

  test('but names none when it names all of them, unless the words name fewer', () => {
    expect(inValues(['["ou_1","ou_2"]'], 'ou_1', 'ou_2')).toEqual([]);
    expect(inMessage('ou_1', 'ou_1')).toEqual([]);
    const fieldViolations = [{ value: 'ou_1,ou_2', description: 'ou_2 is invalid' }];
    expect(namedUsers(says({ fieldViolations }), ['ou_1', 'ou_2'])).toEqual(['ou_2']);
  });

  test('only once, and only if the user is in the call, in any text', () => {
    const asked = ['ou_1', 'ou_2', 'a', 'is', '.'];
    const words = fc.oneof(fc.constantFrom(...asked, 'ou_3', ' ', ',', '"'), fc.string());
    const texts = fc.array(words, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, fc.array(texts, { maxLength: 3 }), (message, values) => {
        const fieldViolations = values.map((value) => ({ value }));
        const named = namedUsers(says({ message, fieldViolations }), asked);
        expect(new Set(named).size).toBe(named.length);
        expect(named.length).toBeLessThan(asked.length);
        expect(asked).toEqual(expect.arrayContaining(named));
      }),
    );
  });
});
