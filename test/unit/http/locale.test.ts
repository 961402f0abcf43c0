import fc from 'fast-check';
import { negotiateLocale } from '../../../src/http/locale';

describe('the language of texts', () => {
  test.each<[string, string | undefined, string]>([
    ['no language is named', undefined, 'ZH_CN'],
    ['the header is empty', '', 'ZH_CN'],
    ['Chinese is asked for', 'zh-CN', 'ZH_CN'],
    ['Chinese is asked for', 'zh', 'ZH_CN'],
    ['another Chinese is asked for', 'zh-TW', 'ZH_CN'],
    ['another Chinese is asked for', 'zh-Hant-HK', 'ZH_CN'],
    ['English is asked for', 'en-US', 'EN_US'],
    ['English is asked for in capitals', 'EN-us', 'EN_US'],
    ['another English is asked for', 'en-GB', 'EN_US'],
    ['English is preferred', 'en-US,en;q=0.9,zh-CN;q=0.8', 'EN_US'],
    ['English is preferred and named later', 'zh-CN;q=0.8,en;q=0.9', 'EN_US'],
    ['Chinese is preferred and named later', 'en;q=0.8, zh;q=0.9', 'ZH_CN'],
    ['English is the second choice after an unknown language', 'de-DE,en;q=0.5', 'EN_US'],
    ['only another language is asked for', 'de-DE', 'ZH_CN'],
    ['any language is accepted', '*', 'ZH_CN'],
    ['any language but Chinese is accepted', 'zh;q=0,*', 'EN_US'],
    ['neither language is accepted', 'zh;q=0,en;q=0', 'ZH_CN'],
    ['the header is malformed', ';;;,,,q=,en;q=x', 'ZH_CN'],
  ])('when %s, as with Accept-Language %j, is %s', (_, header, locale) => {
    expect(negotiateLocale(header)).toBe(locale);
  });

  test('is Chinese or English for any header', () => {
    const part = fc.constantFrom('zh', 'en', '-', ';q=', '0.5', ',', '*', ' ', 'x');
    const header = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(header, (acceptLanguage) => {
        expect(['ZH_CN', 'EN_US']).toContain(negotiateLocale(acceptLanguage));
      }),
    );
  });
});
