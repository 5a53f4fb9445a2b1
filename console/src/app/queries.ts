import { QueryClient } from "@tanstack/react-query";
import { onReturn } from "~/client/connection";
import { Away, Problem } from "~/client/problems";

const TRIES = 2;

/** What was read is shown at once and read again behind it; a "no" is not asked twice, silence is. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      networkMode: "always",
      retry: (failed, error) => {
        if (error instanceof Problem) {
          if (error.status === 401) queries.invalidateQueries({ queryKey: ["session"] });
          return error.status === 503 && failed < TRIES;
        }
        return error instanceof Away && failed < TRIES;
      },
    },
    mutations: { networkMode: "always" },
  },
});

onReturn(() => queries.invalidateQueries());
