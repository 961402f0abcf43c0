import Negotiator from 'negotiator';
import { Locale } from '../domain/localized-text';

/** Feishu has two languages: `en-GB` gets English, and `zh-TW` gets Chinese. */
const LOCALES: ReadonlyMap<string | undefined, Locale> = new Map([
  ['zh', Locale.ZH_CN],
  ['en', Locale.EN_US],
]);

/** The language that `Accept-Language` prefers; Chinese if it names neither. */
export function negotiateLocale(acceptLanguage: string | undefined): Locale {
  const headers = { 'accept-language': acceptLanguage };
  return LOCALES.get(new Negotiator({ headers }).language(['zh', 'en'])) ?? Locale.ZH_CN;
}
