import { useDeferredValue, useMemo, useState } from 'react';
import { useLanguage } from '../i18n/language';
import { useDirectory } from '../names';

/** More rows are slower to read than another letter is to type. */
const MAX_ROWS = 50;

interface PeoplePickerProps {
  readonly picked: ReadonlySet<string>;
  readonly setPicked: (picked: ReadonlySet<string>) => void;
}

/** A search in the directory, with a checkbox for each person found. */
export function PeoplePicker({ picked, setPicked }: PeoplePickerProps) {
  const { t, format } = useLanguage();
  const { people } = useDirectory();
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search).trim().toLowerCase();
  const found = useMemo(
    () =>
      people.filter(({ id, name }) =>
        `${name.enUS ?? ''} ${name.zhCN ?? ''} ${id}`.toLowerCase().includes(wanted),
      ),
    [people, wanted],
  );
  const toggle = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  };
  return (
    <fieldset className="picker">
      <legend className="visually-hidden">{t.dialogSearch}</legend>
      <label className="field">
        <span>{t.dialogSearch}</span>
        <input
          type="search"
          value={search}
          onChange={({ target }) => {
            setSearch(target.value);
          }}
          onKeyDown={(event) => {
            // Enter searches; it does not submit the choice.
            if (event.key === 'Enter') event.preventDefault();
          }}
        />
      </label>
      <p role="status">
        {found.length === 0
          ? t.dialogNone
          : t.dialogFound(Math.min(found.length, MAX_ROWS), found.length)}
      </p>
      <ul tabIndex={-1}>
        {found.slice(0, MAX_ROWS).map(({ id, name }) => (
          <li key={id}>
            <label>
              <input
                type="checkbox"
                checked={picked.has(id)}
                onChange={() => {
                  toggle(id);
                }}
              />
              <span className="person-name">{format.text(name) ?? id}</span>
              <span className="person-id">{id}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
