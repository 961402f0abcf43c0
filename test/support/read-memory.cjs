'use strict';
const process = require('node:process');
const { setImmediate } = require('node:timers');
const v8 = require('node:v8');
const vm = require('node:vm');

// Loaded with --require before the gateway: collects all garbage and sends what is left when the parent asks.

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

process.on('message', () => {
  // The second one frees what finalizers of the first have released.
  collectGarbage();
  setImmediate(() => {
    collectGarbage();
    process.send?.(process.memoryUsage());
  });
});
// The channel to the parent must not hold the process when it is asked to stop.
process.channel?.unref();
