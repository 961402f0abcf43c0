import { useLanguage } from '../i18n/language';
import type { KnownPerson, TeamTasks } from '../model/team-tasks';
import { compareDeadlines } from '../model/stage-progress';
import { useSharedNow } from '../use-now';

/** Feishu counts the tasks of one person in one group to 99 at most. */
const MAX_COUNT = 99;

/** A number that may be too low begins with `at least`. */
interface Tile {
  readonly label: string;
  readonly value: string;
  readonly detail?: string;
  readonly tone?: 'overdue' | 'todo' | 'done';
}

/** The numbers of the whole team, and how old they are. */
export function Summary({ tasks }: { readonly tasks: TeamTasks }) {
  const { t, format } = useLanguage();
  const nowMs = useSharedNow();
  const oldest = tasks.known.map((person) => person.tasks.fetchedAt).sort()[0];
  return (
    <section aria-labelledby="summary-title">
      <div className="section-head">
        <h2 id="summary-title">{t.summary}</h2>
        {oldest !== undefined && (
          <p className="age">
            <time dateTime={oldest} title={format.dateTime(oldest)}>
              {t.dataFrom(format.age(oldest, nowMs))}
            </time>
          </p>
        )}
      </div>
      <dl className="tiles">
        {useTiles(tasks).map(({ label, value, detail, tone }) => (
          <div key={label} className={`card tile ${tone ?? ''}`}>
            <dt>{label}</dt>
            <dd className="value">{value}</dd>
            {detail !== undefined && <dd className="detail">{detail}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}

function useTiles({ people, known, failed }: TeamTasks): Tile[] {
  const { language, t, format } = useLanguage();
  const nowMs = useSharedNow();
  // Without an answer about anyone, nothing is known: not even that there is nothing to do.
  const number = (n: number) => (known.length === 0 ? '–' : n.toLocaleString(language));
  const open = known.filter(({ tasks }) => tasks.todo + tasks.overdue > 0);
  const isComplete = known.length > 0 && failed.length === 0;
  const [next] = known.map(({ tasks }) => tasks.nextDeadline).sort(compareDeadlines);
  const sum = (label: string, group: 'todo' | 'overdue' | 'done'): Tile => {
    const total = known.reduce((all, { tasks }) => all + tasks[group], 0);
    const isTooLow = failed.length > 0 || known.some(reachesLimit(group));
    return { label, value: number(total), tone: group, ...(isTooLow && { detail: t.atLeast }) };
  };
  return [
    {
      label: t.tilePeople,
      value: people.length.toLocaleString(language),
      ...(known.length < people.length && { detail: t.withoutData(people.length - known.length) }),
    },
    { label: t.tileWithTasks, value: number(open.length), detail: t.ofPeople(known.length) },
    sum(t.tileTodo, 'todo'),
    sum(t.tileOverdue, 'overdue'),
    sum(t.tileDone, 'done'),
    next == null
      ? { label: t.tileNextDeadline, value: isComplete ? t.none : '–' }
      : { label: t.tileNextDeadline, value: format.day(next), detail: format.until(next, nowMs) },
  ];
}

const reachesLimit =
  (group: 'todo' | 'overdue' | 'done') =>
  ({ tasks }: KnownPerson) =>
    tasks[group] >= MAX_COUNT;
