import { useDeferredValue, useMemo, useState } from 'react';
import { useLanguage } from '../i18n/language';
import {
  FIRST_ORDER,
  isShown,
  sortPeople,
  type PeopleFilter,
  type SortKey,
} from '../model/people-order';
import type { Person } from '../model/team-tasks';
import { useNameOf } from '../names';
import type { UserIdType } from '../operations';
import { PersonRow } from './person-row';

interface PeopleTableProps {
  readonly people: readonly Person[];
  readonly idType: UserIdType;
}

/** A browser needs seconds to lay out 1,000 rows, after each change of the order or of the search. */
const ROWS_AT_ONCE = 200;
const FILTERS: readonly PeopleFilter[] = ['all', 'open', 'overdue', 'missing'];
const SORT_KEYS: readonly SortKey[] = ['name', 'todo', 'overdue', 'done', 'deadline'];

/** The people and their tasks. On a narrow page each row is a card. Explicit roles keep it a table there. */
export function PeopleTable({ people, idType }: PeopleTableProps) {
  const { t, format } = useLanguage();
  const nameOf = useNameOf(idType);
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<PeopleFilter>('all');
  const [order, setOrder] = useState(FIRST_ORDER);
  const [maxRows, setMaxRows] = useState(ROWS_AT_ONCE);
  const wanted = useDeferredValue(search).trim().toLowerCase();
  const found = useMemo(() => {
    const matches = (person: Person) =>
      isShown(person, filter) &&
      `${nameOf(person) ?? ''} ${person.id}`.toLowerCase().includes(wanted);
    const label = (person: Person) => nameOf(person) ?? person.id;
    return sortPeople(people.filter(matches), order, label, format.compare);
  }, [people, filter, wanted, order, nameOf, format]);
  const shown = found.slice(0, maxRows);
  const more = Math.min(ROWS_AT_ONCE, found.length - shown.length);
  const sortBy = (key: SortKey) => {
    setOrder((last) => ({
      key,
      descending: last.key === key ? !last.descending : key !== 'name' && key !== 'deadline',
    }));
  };

  return (
    <section className="card people" aria-labelledby="people">
      <div className="section-head">
        <h2 id="people" tabIndex={-1}>
          {t.people}
        </h2>
        <p role="status">{t.shownOf(shown.length, people.length)}</p>
      </div>
      <div className="people-controls">
        <label className="field">
          <span>{t.search}</span>
          <input
            type="search"
            value={search}
            onChange={({ target }) => {
              setSearch(target.value);
            }}
          />
        </label>
        <label className="field">
          <span>{t.filter}</span>
          <select
            value={filter}
            onChange={({ target }) => {
              setFilter(target.value as PeopleFilter);
            }}
          >
            {FILTERS.map((value) => (
              <option key={value} value={value}>
                {t.filters[value]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <table role="table">
        <caption className="visually-hidden">{t.peopleCaption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {SORT_KEYS.map((key) => (
              <th
                key={key}
                role="columnheader"
                scope="col"
                className={key}
                aria-sort={
                  order.key !== key ? 'none' : order.descending ? 'descending' : 'ascending'
                }
              >
                <button
                  type="button"
                  onClick={() => {
                    sortBy(key);
                  }}
                >
                  {t.columns[key]}
                </button>
              </th>
            ))}
            <th role="columnheader" scope="col" className="tasks">
              {t.columnTasks}
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {shown.map((person) => (
            <PersonRow key={person.id} person={person} name={nameOf(person)} />
          ))}
        </tbody>
      </table>
      {more > 0 && (
        <button
          type="button"
          className="more"
          onClick={() => {
            setMaxRows(maxRows + ROWS_AT_ONCE);
          }}
        >
          {t.showMore(more)}
        </button>
      )}
      {shown.length === 0 && <p className="no-match">{t.noMatch}</p>}
    </section>
  );
}
