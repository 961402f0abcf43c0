import type { TeamTasks } from '../model/team-tasks';
import type { UserIdType } from '../operations';
import { NowContext, useNow } from '../use-now';
import { PeopleTable } from './people-table';
import { StageChart } from './stage-chart';
import { Summary } from './summary';

/** Ages are in minutes soon. */
const CLOCK_MS = 15_000;

interface TeamViewProps {
  readonly tasks: TeamTasks;
  readonly idType: UserIdType;
  readonly isLoading: boolean;
}

/** What one answer says about the people. */
export function TeamView({ tasks, idType, isLoading }: TeamViewProps) {
  const nowMs = useNow(CLOCK_MS);
  return (
    <NowContext value={nowMs}>
      <div className="team-view" aria-busy={isLoading}>
        <Summary tasks={tasks} />
        <StageChart known={tasks.known} />
        <PeopleTable people={tasks.people} idType={idType} />
      </div>
    </NowContext>
  );
}
