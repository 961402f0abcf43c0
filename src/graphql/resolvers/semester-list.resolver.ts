import { Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import {
  SemesterProgress,
  SemesterType,
  SemesterTypeGroup,
  type ListedSemester,
} from '../../domain/semester';
import { nextChangeMs, requireSemesterFilter, runsAt } from '../../domain/semester-filter';
import { whenKnown } from '../../domain/when-known';
import type { GraphQLContext } from '../context';
import { SemestersArgs } from '../types/arguments.args';
import { SemesterObjectType } from '../types/semester.type';

/** The lists of cycles, and the fields that only the list of cycles has. */
@Resolver(() => SemesterObjectType)
export class SemesterListResolver {
  @Query(() => [SemesterObjectType], {
    description:
      'The review cycles of the company, newest start first. Each argument leaves out the cycles that do not match, ' +
      'also those for which Feishu has no value to compare. An empty list means that no cycle matches.',
  })
  semesters(
    @Args(() => SemestersArgs) args: SemestersArgs,
    @Ctx() { loader }: GraphQLContext,
  ): SemesterObjectType[] | Promise<SemesterObjectType[]> {
    return whenKnown(loader.semesters(requireSemesterFilter(args)), toObjects);
  }

  @Query(() => [SemesterObjectType], {
    description:
      'The review cycles that run now, newest start first. They may overlap. A cycle without a start or an end ' +
      'does not count as running.',
  })
  currentSemesters(
    @Ctx() { loader, nowMs, toDate, cachePolicy }: GraphQLContext,
  ): SemesterObjectType[] | Promise<SemesterObjectType[]> {
    return whenKnown(
      loader.semesters(() => true),
      (all) => {
        const atMs = nowMs();
        const wallMs = toDate(atMs).getTime();
        cachePolicy.restrict(atMs + nextChangeMs(all, wallMs) - wallMs);
        const running = loader.semesters((semester) => runsAt(semester, wallMs));
        return whenKnown(running, toObjects);
      },
    );
  }

  @FieldResolver(() => Int, { nullable: true, description: 'The year that the cycle is about.' })
  year(@Root() root: SemesterObjectType, @Ctx() context: GraphQLContext) {
    return read(context, root, ({ year }) => year);
  }

  @FieldResolver(() => SemesterTypeGroup, {
    nullable: true,
    description: 'How long cycles of this kind last.',
  })
  typeGroup(@Root() root: SemesterObjectType, @Ctx() context: GraphQLContext) {
    return read(context, root, ({ typeGroup }) => typeGroup);
  }

  @FieldResolver(() => SemesterType, {
    nullable: true,
    description: 'The part of the year that the cycle is about.',
  })
  type(@Root() root: SemesterObjectType, @Ctx() context: GraphQLContext) {
    return read(context, root, ({ type }) => type);
  }

  @FieldResolver(() => SemesterProgress, {
    nullable: true,
    description: 'Whether the company has enabled the cycle.',
  })
  progress(@Root() root: SemesterObjectType, @Ctx() context: GraphQLContext) {
    return read(context, root, ({ progress }) => progress);
  }

  @FieldResolver(() => Date, { nullable: true, description: 'When the cycle was created.' })
  createdAt(@Root() root: SemesterObjectType, @Ctx() context: GraphQLContext) {
    return read(context, root, ({ createdAt }) => createdAt);
  }

  @FieldResolver(() => Date, { nullable: true, description: 'When the cycle was last changed.' })
  modifiedAt(@Root() root: SemesterObjectType, @Ctx() context: GraphQLContext) {
    return read(context, root, ({ modifiedAt }) => modifiedAt);
  }
}

function toObjects(semesters: readonly ListedSemester[]): SemesterObjectType[] {
  return semesters.map(({ id }, position) => ({ id, position }));
}

/** Returns no promise if the list is known, because thousands of fields may read it. */
function read<T>(
  { loader }: GraphQLContext,
  { id }: SemesterObjectType,
  valueOf: (semester: ListedSemester) => T,
): T | null | Promise<T | null> {
  return whenKnown(loader.listedSemester(id), (found) => found && valueOf(found));
}
