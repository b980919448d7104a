"""Shell functions of the run book: idempotent create or update, wait, and status."""

_FUNCTIONS = """\
# Fails if AWS has no such value, so that no stack receives an empty one.
need() {{ case $2 in ''|None) echo "$1: AWS has no such value in this account and Region" >&2; return 1 ;; esac; }}
# Status and termination protection of a stack: NAME REGION
stack_state() {{
  aws cloudformation describe-stacks --stack-name "$1" --region "$2" \\
    --query 'Stacks[0].[StackName,StackStatus,EnableTerminationProtection]' --output text
}}
"""

_STACK_SETS = """\
# Creates a StackSet, or updates an existing one and its instances: NAME OPTIONS…
stack_set() {{
  name=$1; shift
  if aws cloudformation describe-stack-set --stack-set-name "$name" --region {home} > /dev/null 2>&1; then
    stack_set_end "$name" "$(aws cloudformation update-stack-set --stack-set-name "$name" --region {home} \\
      "$@" --query OperationId --output text)"
  else
    aws cloudformation create-stack-set --stack-set-name "$name" --region {home} "$@"
  fi
}}
# Creates missing stack instances: NAME OPTIONS…
stack_instances() {{
  name=$1; shift
  stack_set_end "$name" "$(aws cloudformation create-stack-instances --stack-set-name "$name" --region {home} \\
    "$@" --query OperationId --output text)"
}}
# Waits for an operation, and shows its failures: NAME OPERATION
stack_set_end() {{
  [ -n "$2" ] || return 1  # AWS rejected the operation
  while :; do
    state=$(aws cloudformation describe-stack-set-operation --stack-set-name "$1" --operation-id "$2" \\
      --region {home} --query StackSetOperation.Status --output text)
    case $state in RUNNING|QUEUED|STOPPING) sleep 15 ;; *) break ;; esac
  done
  echo "$1: $state"
  case $state in FAILED|STOPPED)
    aws cloudformation list-stack-set-operation-results --stack-set-name "$1" --operation-id "$2" --region {home} \\
      --query "Summaries[?Status=='FAILED'].[Account,Region,StatusReason]" --output text
    return 1 ;;
  esac
}}
# Instances that are out of date; prints nothing if there are none: NAME
stack_set_state() {{
  aws cloudformation list-stack-instances --stack-set-name "$1" --region {home} \\
    --query "Summaries[?Status!='CURRENT'].[Account,Region,Status,StatusReason]" --output text
}}
"""


def shell_functions(home: str, *, stack_sets: bool) -> str:
    """Definitions of the functions for a POSIX shell. `home` is the home Region."""
    return (_FUNCTIONS + (_STACK_SETS if stack_sets else "")).format(home=home)
