import type { FederationUserKey } from '../domain/user';

/** An operation that an explorer shows. It runs without changes if the gateway knows IDs for it. */
export interface ExampleOperation {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** IDs for the examples. A real Feishu's users are confidential, so there are none of them. */
export interface ExampleIds {
  /** The running cycle; empty if it is unknown. */
  readonly semesterId: string;
  readonly userIds: readonly string[];
}

export interface ExampleOptions {
  readonly ids: ExampleIds;
  readonly userKey: FederationUserKey;
  /** Whether the schema has `user`, `users` and `viewer`. */
  readonly userRootFields: boolean;
  /** Whether a principal may be a person. */
  readonly admitsPeople: boolean;
}

/** The operations that an explorer shows, the most useful one first. Each is valid in the served schema. */
export function exampleOperations(options: ExampleOptions): readonly ExampleOperation[] {
  const { ids, userKey, userRootFields, admitsPeople } = options;
  const { semesterId, userIds } = ids;
  const [userId] = userIds;
  const hint = semesterId && userId ? '' : HINT;
  return [
    ...(userRootFields && admitsPeople
      ? [{ document: (semesterId ? '' : HINT) + MY_TASKS, variables: { semesterId } }]
      : []),
    { document: hint + stageTasks(userKey), variables: { semesterId, userIds } },
    ...(userRootFields && userId
      ? [{ document: ONE_PERSON, variables: { semesterId, userId } }]
      : []),
    { document: RUNNING_CYCLES, variables: {} },
    { document: QUOTA, variables: {} },
  ];
}

const HINT =
  '# Fill in the IDs in the variables below.\n# RunningCycles, in another tab, finds the cycle.\n';

const TASK_FIELDS = `name {
          text
        }
        deadline
        status
        needTodoCount
        jumpUrl`;

const MY_TASKS = `# Your own tasks in one cycle.
query MyTasks($semesterId: ID!) {
  viewer {
    stageTasks(semesterId: $semesterId) {
      stageTasks {
        ${TASK_FIELDS}
      }
    }
  }
}
`;

function stageTasks(userKey: FederationUserKey): string {
  return `# The tasks of several users.
# One upstream call covers up to 50 users.
query StageTasks(
  $semesterId: ID!
  $userIds: [ID!]!
) {
  semester(id: $semesterId) {
    name {
      text
    }
    userStageTasks(userIds: $userIds) {
      user {
        ${userKey}
      }
      stageTasks {
        ${TASK_FIELDS}
      }
    }
  }
}
`;
}

const ONE_PERSON = `# What one person still has to do,
# and how many tasks are in each group.
query OnePerson($semesterId: ID!, $userId: ID!) {
  user(id: $userId) {
    todo: stageTasks(
      semesterId: $semesterId
      filter: { options: [TODO] }
    ) {
      stageTasks {
        ${TASK_FIELDS}
      }
    }
    all: stageTasks(semesterId: $semesterId) {
      counts {
        option
        count
      }
      fetchedAt
      stale
    }
  }
}
`;

const RUNNING_CYCLES = `# The review cycles that run now.
query RunningCycles {
  currentSemesters {
    id
    name {
      text
    }
    startTime
    endTime
  }
}
`;

const QUOTA = `# How many calls Feishu still allows.
# Reading this costs no call.
query Quota {
  upstreamQuota {
    callsPerMinute
    callsLeft
    nextCallAt
    waitingUsers
  }
}
`;
