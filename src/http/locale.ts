import Negotiator from 'negotiator';
import { Locale } from '../domain/localized-text';

/** Upstream has two languages, so that `en-GB` is served with English and `zh-TW` with Chinese. */
const LOCALES: ReadonlyMap<string | undefined, Locale> = new Map([
  ['zh', Locale.ZH_CN],
  ['en', Locale.EN_US],
]);

/** The language that the client's Accept-Language prefers; Chinese where it names neither. */
export function negotiateLocale(acceptLanguage: string | undefined): Locale {
  const headers = { 'accept-language': acceptLanguage };
  return LOCALES.get(new Negotiator({ headers }).language(['zh', 'en'])) ?? Locale.ZH_CN;
}
