import type { ExampleOperation } from './plugins/landing-page.plugin';

const DOCUMENT = `# The tasks of several users. One upstream call covers up to 50 users.
query StageTasks($semesterId: ID!, $userIds: [ID!]!) {
  semester(id: $semesterId) {
    name {
      text
    }
    userStageTasks(userIds: $userIds) {
      user {
        id
      }
      stageTasks {
        name {
          text
        }
        deadline
        status
        needTodoCount
        jumpUrl
      }
    }
  }
}
`;

/** IDs for the example: the emulator's people, or empty if the gateway serves real people. */
export interface ExampleIds {
  readonly semesterId: string;
  readonly userIds: readonly string[];
}

export function exampleOperation(ids: ExampleIds): ExampleOperation {
  return { document: DOCUMENT, variables: { ...ids } };
}
