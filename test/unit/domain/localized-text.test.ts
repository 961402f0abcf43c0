import { localize, type Locale } from '../../../src/domain/localized-text';

describe('a text in two languages', () => {
  test.each<[string, Locale, string | null, string | null, string | null]>([
    ['is Chinese in Chinese', 'ZH_CN', '自评', 'Self review', '自评'],
    ['is English in English', 'EN_US', '自评', 'Self review', 'Self review'],
    ['falls back to English', 'ZH_CN', null, 'Self review', 'Self review'],
    ['falls back to Chinese', 'EN_US', '自评', null, '自评'],
    ['is null in Chinese without either text', 'ZH_CN', null, null, null],
    ['is null in English without either text', 'EN_US', null, null, null],
  ])('%s', (_, locale, zhCN, enUS, expected) => {
    expect(localize({ zhCN, enUS }, locale)).toBe(expected);
  });
});
