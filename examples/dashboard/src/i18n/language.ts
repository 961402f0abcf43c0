import { createContext, useContext } from 'react';
import { en, type Messages } from './en';
import { createFormat, type Format, type Language } from './format';
import { zhCN } from './zh-cn';

export interface LanguageValue {
  readonly language: Language;
  readonly t: Messages;
  readonly format: Format;
}

export const LANGUAGES: Readonly<Record<Language, LanguageValue>> = {
  en: { language: 'en', t: en, format: createFormat('en') },
  'zh-CN': { language: 'zh-CN', t: zhCN, format: createFormat('zh-CN') },
};

export const LanguageContext = createContext<LanguageValue>(LANGUAGES.en);

export function useLanguage(): LanguageValue {
  return useContext(LanguageContext);
}

export function browserLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
