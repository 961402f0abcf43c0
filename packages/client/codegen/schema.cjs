// The schema as clients see it: without the directives of a supergraph, which Relay's compiler does not read.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { buildSchema, printSchema } = require('graphql');

exports.plugin = () => {
  // The generator sorts the schema that it passes on. This one keeps the order in which it is to be read.
  const text = readFileSync(join(__dirname, '../../../schema.graphql'), 'utf8');
  return `${printSchema(buildSchema(text, { assumeValidSDL: true }))}\n`;
};
