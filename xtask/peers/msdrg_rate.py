"""Times the msdrg package on the claims of a JSON Lines file and compares its groups with ours.

usage: msdrg_rate.py CLAIMS.jsonl OURS.jsonl
"""

import json
import sys
import time

import msdrg

SEX = {"M": 0, "F": 1, "U": 2}
HOSPITAL_STATUS = {"EXEMPT": 0, "NOT_EXEMPT": 1, "UNKNOWN": 2}


def peer_claim(claim):
    def diagnosis(entry):
        return {"code": entry["code"], "poa": entry.get("poa") or "Y"}

    return {
        "version": int(claim["version"]),
        "age": claim["age"],
        "sex": SEX[claim["sex"]],
        "discharge_status": int(claim["discharge_status"]),
        "hospital_status": claim.get("hospital_status", "NOT_EXEMPT"),
        "pdx": diagnosis(claim["principal"]),
        "sdx": [diagnosis(entry) for entry in claim["secondary"]],
        "procedures": [{"code": code} for code in claim["procedures"]],
    }


def main():
    claims_path, ours_path = sys.argv[1:]
    with open(claims_path) as file:
        claims = [peer_claim(json.loads(line)) for line in file]
    with open(ours_path) as file:
        ours = [json.loads(line) for line in file]
    with msdrg.MsdrgGrouper() as grouper:
        grouper.group(claims[0])
        started = time.perf_counter()
        theirs = [grouper.group(claim) for claim in claims]
        seconds = time.perf_counter() - started
    differing = sum(
        (one["final_mdc"], one["final_drg"]) != (other["final_mdc"], other["final_drg"])
        for one, other in zip(ours, theirs, strict=True)
    )
    print(f"{len(claims) / seconds:.0f} claims/s; {differing} of {len(claims)} final groups differ from openclaim's")


if __name__ == "__main__":
    main()
