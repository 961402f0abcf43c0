// Outside production, graphql-js looks at the prototype of each value that it checks, which takes half of the time.
require('node:process').env.NODE_ENV = 'production';

/**
 * Properties in many random cases. They need processors and not time, so each core runs one of them.
 * @type {import('jest').Config}
 */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/properties/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
