import { useLanguage } from '../i18n/language';
import type { Language } from '../i18n/format';
import { THEMES, type Theme } from '../use-theme';
import { QuotaMeter } from './quota-meter';

interface HeaderProps {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
  /** Whether no request for tasks is in progress. */
  readonly isIdle: boolean;
}

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '中文' };

export function Header({ language, setLanguage, theme, setTheme, isIdle }: HeaderProps) {
  const { t } = useLanguage();
  return (
    <header className="page-header">
      <div className="brand">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      <QuotaMeter isIdle={isIdle} />
      <div className="preferences">
        <Choice
          legend={t.language}
          name="language"
          chosen={language}
          choose={setLanguage}
          options={(['en', 'zh-CN'] as const).map((value) => ({
            value,
            text: LANGUAGE_NAMES[value],
            lang: value,
          }))}
        />
        <Choice
          legend={t.theme}
          name="theme"
          chosen={theme}
          choose={setTheme}
          options={THEMES.map((value) => ({ value, text: t.themes[value] }))}
        />
      </div>
    </header>
  );
}

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly chosen: T;
  readonly choose: (value: T) => void;
  readonly options: readonly { readonly value: T; readonly text: string; readonly lang?: string }[];
}

/** Radio buttons that look like one control. */
function Choice<T extends string>({ legend, name, chosen, choose, options }: ChoiceProps<T>) {
  return (
    <fieldset className="segments">
      <legend className="visually-hidden">{legend}</legend>
      {options.map(({ value, text, lang }) => (
        <label key={value} lang={lang}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === chosen}
            onChange={() => {
              choose(value);
            }}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
