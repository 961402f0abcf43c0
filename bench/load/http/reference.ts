import { fork } from 'node:child_process';
import { join } from 'node:path';
import { nextMessage } from '../../../test/support/next-message';
import type { Contestant } from './contestant';
import type { ReferenceAnswers } from './reference.process';

/** A server that the gateway is compared with. */
export interface Reference extends Contestant {
  /** Sets the users with which it answers one operation. */
  setAnswers(answers: ReferenceAnswers): Promise<void>;
  kill(): void;
}

export async function startReference(kind: 'raw' | 'apollo'): Promise<Reference> {
  const child = fork(join(__dirname, 'reference.process.js'), [kind], {
    env: { NODE_ENV: 'production' },
  });
  const url = await nextMessage<string>(child);
  return {
    name: kind,
    url,
    pid: child.pid ?? 0,
    isGateway: false,
    async setAnswers(answers) {
      const done = nextMessage(child);
      child.send(answers);
      await done;
    },
    kill: () => child.kill(),
  };
}
