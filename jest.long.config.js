/**
 * Tests that take their time: several processes, real clocks, windows of the quota that have to pass. One
 * after the other, so that none is disturbed.
 * @type {import('jest').Config}
 */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/long/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};
