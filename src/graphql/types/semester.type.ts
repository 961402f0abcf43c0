import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** Holds only the ID. Resolvers read the other fields from calls for stage tasks or for all cycles. */
@Directive('@key(fields: "id")')
@ObjectType('Semester', {
  simpleResolvers: true,
  description:
    'A review cycle. Its name and dates come with the stage tasks of the same operation. ' +
    'Without stage tasks they cost one call for the list of all cycles.',
})
export class SemesterType {
  @Field(() => ID, { description: 'The ID in Feishu: digits, up to 64 bits. Keep it a string.' })
  readonly id!: string;
}
