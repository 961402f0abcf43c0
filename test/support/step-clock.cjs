'use strict';
const process = require('node:process');

// Loaded with --require before the gateway: sets the wall clock of its process by what the parent sends.

const RealDate = Date;
let aheadMs = 0;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [RealDate.now() + aheadMs] : given));
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
};

process.on('message', ({ stepMs }) => {
  aheadMs += stepMs;
  process.send?.({ aheadMs });
});
// The channel to the parent must not hold the process when it is asked to stop.
process.channel?.unref();
