import { Directive, Field, ID, ObjectType } from 'type-graphql';

/**
 * Holds only the ID. Resolvers read the other fields from calls for stage tasks or from the list of cycles. The
 * name of the class differs from the other types', because the schema has an enum `SemesterType`.
 */
@Directive('@key(fields: "id")')
@ObjectType('Semester', {
  simpleResolvers: true,
  description:
    'A review cycle. Its name and dates come with the stage tasks of the same operation, or else from the list ' +
    'of all cycles, as the other fields do. That list costs one call, and serves all operations for a minute.',
})
export class SemesterObjectType {
  @Field(() => ID, { description: 'The ID in Feishu: digits, up to 64 bits. Keep it a string.' })
  readonly id!: string;

  /** The position in a list of cycles, from 0; `undefined` for a cycle that the operation names by its ID. */
  readonly position?: number;
}
