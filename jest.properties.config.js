/**
 * Properties in many random cases. None depends on how long anything takes, so all cores are used. Outside production,
 * graphql-js looks at the prototype of each value that it checks, which takes a quarter of the time.
 * @type {import('jest').Config}
 */
require('node:process').env.NODE_ENV = 'production';

module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/properties/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
