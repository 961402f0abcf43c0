import { CombinedGraphQLErrors, type ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useState } from 'react';
import type { Selection } from '../model/directory';
import { problemOfFailure, type Problem } from '../model/problem';
import { readTeamTasks, type TeamTasks } from '../model/team-tasks';
import { TeamTasksDocument } from '../operations';

export interface TeamTasksState {
  readonly isLoading: boolean;
  /** The last answer about this selection. It stays when a later request fails. */
  readonly tasks: TeamTasks | null;
  /** Why the last request failed as a whole. */
  readonly problem: Problem | null;
  readonly refresh: () => void;
}

/** An answer or a failure, and the question that it belongs to. */
interface Outcome {
  readonly question: Question;
  readonly tasks: TeamTasks | null;
  readonly problem: Problem | null;
}

interface Question {
  readonly semesterId: string;
  readonly selection: Selection;
}

/**
 * Asks the gateway whenever the question changes, and on `refresh`. The gateway's own cache decides whether that
 * takes a call. This is not `useQuery`, because an answer has to stay together with the errors of its people.
 */
export function useTeamTasks(question: Question | null): TeamTasksState {
  const client = useApolloClient();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [asked, setAsked] = useState({ times: 0 });
  const [finished, setFinished] = useState<unknown>(null);

  useEffect(() => {
    if (!question) return;
    const abort = new AbortController();
    void ask(client, question, abort.signal).then((answer) => {
      if (abort.signal.aborted) return;
      setOutcome((last) => merge(last, { question, ...answer }));
      setFinished(asked);
    });
    return () => {
      abort.abort();
    };
  }, [client, question, asked]);

  const refresh = useCallback(() => {
    setAsked(({ times }) => ({ times: times + 1 }));
  }, []);
  const isAbout = outcome?.question === question;
  return {
    isLoading: question !== null && (!isAbout || finished !== asked),
    tasks: isAbout ? outcome.tasks : null,
    problem: isAbout ? outcome.problem : null,
    refresh,
  };
}

function merge(last: Outcome | null, next: Outcome): Outcome {
  if (next.tasks || last?.question !== next.question) return next;
  return { ...next, tasks: last.tasks };
}

async function ask(
  client: ApolloClient,
  { semesterId, selection }: Question,
  signal: AbortSignal,
): Promise<Omit<Outcome, 'question'>> {
  const { data, error } = await client.query({
    query: TeamTasksDocument,
    variables: {
      semesterId,
      userIds: [...selection.userIds],
      userIdType: selection.idType,
    },
    fetchPolicy: 'network-only',
    errorPolicy: 'all',
    context: { fetchOptions: { signal }, queryDeduplication: false },
  });
  const nowMs = Date.now();
  const errors = CombinedGraphQLErrors.is(error) ? error.errors : [];
  const tasks = readTeamTasks(selection, { data, errors }, nowMs);
  if (tasks === undefined) return { tasks: null, problem: problemOfFailure(error, nowMs) };
  // If every person failed, there is nothing to show but the failure.
  const [first] = tasks.failed;
  return first && tasks.failed.length === tasks.people.length
    ? { tasks: null, problem: first.problem }
    : { tasks, problem: null };
}
