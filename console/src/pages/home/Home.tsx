import { Navigate } from "@tanstack/react-router";

/** The first page: the order pool. */
export default function Home() {
  return <Navigate to="/orders" replace />;
}
