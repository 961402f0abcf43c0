import type { ReactNode } from 'react';
import { useLanguage } from '../i18n/language';
import { stateOf } from '../model/stage-progress';
import { isDone, type KnownPerson, type Person, type Task } from '../model/team-tasks';
import { useDeadline } from '../use-deadline';
import { useSharedNow } from '../use-now';

interface PersonRowProps {
  readonly person: Person;
  readonly name: string | null;
}

/** One person. Where data is missing, the row says so instead of showing zeros. */
export function PersonRow({ person, name }: PersonRowProps) {
  return (
    <tr role="row" className={person.kind}>
      <th role="rowheader" scope="row" className="name">
        {name !== null && <span className="person-name">{name}</span>}
        <span className={name === null ? 'person-name' : 'person-id'}>{person.id}</span>
      </th>
      {person.kind === 'known' ? <Cells person={person} /> : <MissingCell person={person} />}
    </tr>
  );
}

function MissingCell({ person }: { readonly person: Exclude<Person, KnownPerson> }) {
  const { t } = useLanguage();
  return (
    <td role="cell" colSpan={5} className="missing">
      {person.kind === 'absent'
        ? t.absent
        : `${t.failed} ${t.problems[person.problem.kind].title} (${person.problem.code ?? '?'})`}
    </td>
  );
}

function Cells({ person: { tasks } }: { readonly person: KnownPerson }) {
  const { t, format } = useLanguage();
  const open = tasks.stageTasks.filter((task) => !isDone(task));
  return (
    <>
      <Count label={t.columns.todo} group="todo" count={tasks.todo} />
      <Count label={t.columns.overdue} group="overdue" count={tasks.overdue} />
      <Count label={t.columns.done} group="done" count={tasks.done} />
      <Cell label={t.columns.deadline} className="deadline">
        {tasks.nextDeadline === null ? '–' : format.date(tasks.nextDeadline)}
      </Cell>
      <td role="cell" className="tasks">
        {open.length === 0 ? (
          <span className="all-done">
            {tasks.todo + tasks.overdue === 0 ? t.allDone : t.tasksNotListed}
          </span>
        ) : (
          <ul>
            {open.map((task) => (
              <TaskItem key={task.id} task={task} />
            ))}
          </ul>
        )}
        {tasks.stale && <StaleBadge fetchedAt={tasks.fetchedAt} />}
      </td>
    </>
  );
}

function StaleBadge({ fetchedAt }: { readonly fetchedAt: string }) {
  const { t, format } = useLanguage();
  const nowMs = useSharedNow();
  return (
    <span className="badge stale">
      {t.stale}, <time dateTime={fetchedAt}>{format.age(fetchedAt, nowMs)}</time>
    </span>
  );
}

interface CellProps {
  /** Shown before the value where the heads of the columns are hidden. */
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

function Cell({ label, className, children }: CellProps) {
  return (
    <td role="cell" className={className}>
      <span className="cell-label" aria-hidden="true">
        {label}
      </span>
      <span>{children}</span>
    </td>
  );
}

interface CountProps {
  readonly label: string;
  readonly group: 'todo' | 'overdue' | 'done';
  readonly count: number;
}

/** Feishu counts to 99, which means 99 or more. */
function Count({ label, group, count }: CountProps) {
  return (
    <Cell label={label} className={count === 0 ? `${group} zero` : group}>
      {count >= 99 ? '99+' : count}
    </Cell>
  );
}

function TaskItem({ task }: { readonly task: Task }) {
  const { t, format } = useLanguage();
  const { deadline, jumpUrl, needTodoCount, stageId } = task;
  const name = format.text(task.name) ?? t.stageWithoutName(stageId);
  const state = stateOf(task);
  return (
    <li>
      {jumpUrl === null ? (
        <span>{name}</span>
      ) : (
        <a href={jumpUrl} target="_blank" rel="noreferrer" aria-label={t.openTask(name)}>
          {name}
        </a>
      )}
      <span className={`badge ${state}`}>{t.stageStates[state]}</span>
      <span className="task-detail">
        {useDeadline(deadline)}
        {needTodoCount !== null && ` · ${t.tasksLeft(needTodoCount)}`}
      </span>
    </li>
  );
}
