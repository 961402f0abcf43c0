import type { ReactNode } from 'react';
import type { TeamTasksState } from '../apollo/use-team-tasks';
import { useLanguage } from '../i18n/language';
import type { Problem } from '../model/problem';
import { useNow } from '../use-now';

interface NoticesProps {
  readonly cyclesProblem: Problem | null;
  readonly retryCycles: () => void;
  readonly state: TeamTasksState;
}

/** What the reader has to know before the numbers. Screen readers hear each notice once. */
export function Notices({ cyclesProblem, retryCycles, state }: NoticesProps) {
  const { t } = useLanguage();
  const { isLoading, problem, refresh, tasks } = state;
  const stale = tasks?.known.filter((person) => person.tasks.stale).length ?? 0;
  const [failed] = tasks?.failed ?? [];
  const isKept = problem !== null && tasks !== null;
  return (
    <>
      <p className="visually-hidden" role="status">
        {isLoading ? t.refreshing : tasks ? t.loaded(tasks.people.length) : ''}
      </p>
      <div className="notices">
        {cyclesProblem && <ProblemNotice problem={cyclesProblem} retry={retryCycles} />}
        {problem && (
          <ProblemNotice problem={problem} retry={refresh} isBusy={isLoading}>
            {isKept && <p>{t.keptTitle}</p>}
          </ProblemNotice>
        )}
        {failed && (
          <Notice
            kind="warning"
            title={t.partialTitle(tasks?.failed.length ?? 0, tasks?.people.length ?? 0)}
            action={
              // The notice above has the same button.
              problem ? null : (
                <RetryButton problem={latest(state)} retry={refresh} isBusy={isLoading} />
              )
            }
          >
            <p>{t.partialText}</p>
            <p>{t.problems[failed.problem.kind].text}</p>
          </Notice>
        )}
        {stale > 0 && (
          <Notice
            kind="info"
            title={t.staleTitle(stale)}
            action={
              <button type="button" onClick={refresh} disabled={isLoading}>
                {t.refresh}
              </button>
            }
          >
            <p>{t.staleText}</p>
          </Notice>
        )}
      </div>
    </>
  );
}

/** The failure of a person that can be retried last. */
function latest({ tasks }: TeamTasksState): Problem | null {
  const problems = tasks?.failed.map(({ problem }) => problem) ?? [];
  return problems.sort((a, b) => (b.retryAtMs ?? 0) - (a.retryAtMs ?? 0))[0] ?? null;
}

interface ProblemNoticeProps {
  readonly problem: Problem;
  readonly retry: () => void;
  readonly isBusy?: boolean;
  readonly children?: ReactNode;
}

function ProblemNotice({ problem, retry, isBusy = false, children }: ProblemNoticeProps) {
  const { t } = useLanguage();
  const { title, text } = t.problems[problem.kind];
  return (
    <Notice
      kind={problem.kind === 'rate-limited' ? 'warning' : 'error'}
      title={title}
      action={<RetryButton problem={problem} retry={retry} isBusy={isBusy} />}
    >
      <p>{text}</p>
      {children}
      {problem.code !== null && <p className="code">{t.code(problem.code)}</p>}
    </Notice>
  );
}

interface NoticeProps {
  readonly kind: 'info' | 'warning' | 'error';
  readonly title: string;
  readonly action: ReactNode;
  readonly children: ReactNode;
}

function Notice({ kind, title, action, children }: NoticeProps) {
  return (
    <div className={`notice ${kind}`} data-notice={kind}>
      {/* Without the button: its text counts down, and each second would be read out. */}
      <div role="alert">
        <h2>{title}</h2>
        {children}
      </div>
      {action}
    </div>
  );
}

interface RetryButtonProps {
  readonly problem: Problem | null;
  readonly retry: () => void;
  readonly isBusy: boolean;
}

/** A retry before the time that the gateway named would only be refused again. */
function RetryButton({ problem, retry, isBusy }: RetryButtonProps) {
  const { t, format } = useLanguage();
  const retryAtMs = problem?.retryAtMs ?? null;
  const nowMs = useNow(retryAtMs === null ? null : 1_000);
  const waitMs = retryAtMs === null ? 0 : retryAtMs - nowMs;
  return (
    <button type="button" onClick={retry} disabled={isBusy || waitMs > 0}>
      {waitMs > 0 ? t.retryIn(format.duration(waitMs)) : t.retry}
    </button>
  );
}
