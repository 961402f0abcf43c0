import { createOpenStreams } from '../../../src/http/open-streams';
import type { StreamLife } from '../../../src/http/stream-life';

function createLife(): StreamLife {
  const controller = new AbortController();
  const { signal } = controller;
  return {
    scope: {
      ...{ requestId: 'r', acceptLanguage: undefined, deadlineAtMs: 0, span: undefined },
      ...{ end: signal, signal },
    },
    reason: () => signal.reason as ReturnType<StreamLife['reason']>,
    verify: () => undefined,
    finish: (reason) => {
      controller.abort(reason);
    },
  };
}

test('A request that was admitted before all streams ended opens none after it', () => {
  const ended: string[] = [];
  const streams = createOpenStreams({
    max: 10,
    draining: () => false,
    onOpened: () => undefined,
    onEnded: (reason) => ended.push(reason),
  });
  streams.add(createLife());
  streams.endAll();
  streams.add(createLife());

  expect(ended).toEqual(['drained', 'drained']);
});
