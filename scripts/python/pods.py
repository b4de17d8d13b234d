"""Play the kubelet of a test cluster: run the command of every pending pod as a process of this machine and report its state to the
API server. pods.py PROGRAM FOLDER: PROGRAM takes the place of /sweep in the image, FOLDER has the pods' logs and environments.

SIGUSR1 plays a node that is lost: its processes are killed, and its pods deleted by force."""
import base64
import json
import os
import signal
import subprocess
import sys
import time

PROGRAM, FOLDER = sys.argv[1:]
SLOTS = 4


def kubectl(*words):
    done = subprocess.run(["kubectl", *words], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def delete(name):
    kubectl("delete", "pod", name, "--force", "--grace-period=0", "--wait=false")


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def report(pod, phase, state):
    container = {"name": pod["spec"]["containers"][0]["name"], "state": state, "ready": phase == "Running", "restartCount": 0, "image": "none", "imageID": ""}
    status = {"status": {"phase": phase, "containerStatuses": [container]}}
    kubectl("patch", "pod", pod["metadata"]["name"], "--subresource=status", "--type=merge", "-p", json.dumps(status))


def environment(pod):
    """The values of a pod's variables, as the API server has them: from secrets, literal, or from its annotations and labels."""
    values = dict(os.environ)
    for source in pod["spec"]["containers"][0].get("envFrom", []):
        secret = json.loads(kubectl("get", "secret", source["secretRef"]["name"], "-o", "json"))
        values.update({name: base64.b64decode(value).decode() for name, value in secret["data"].items()})
    for entry in pod["spec"]["containers"][0].get("env", []):
        path = entry.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath", "")
        values[entry["name"]] = entry.get("value", "")
        for kind in ("annotations", "labels"):
            if path.startswith(f"metadata.{kind}['"):
                values[entry["name"]] = pod["metadata"].get(kind, {}).get(path.split("'")[1], "")
    return values


def start(pod):
    container = pod["spec"]["containers"][0]
    command = container["command"] + container.get("args", [])
    assert command[0] == "/sweep", command
    with open(f"{FOLDER}/{pod['metadata']['name']}.log", "ab") as log:
        return subprocess.Popen([PROGRAM, *command[1:]], env=environment(pod), stdout=log, stderr=log)


def ended(pod, process):
    code = process.returncode if process.returncode >= 0 else 128 - process.returncode
    state = {"exitCode": code, "finishedAt": now(), "reason": "Completed" if code == 0 else "Error"}
    report(pod, "Failed" if code else "Succeeded", {"terminated": state})


lost, running, terminated = [], {}, {}  # processes by pod; when a pod was asked to end
signal.signal(signal.SIGUSR1, lambda *_: lost.append(True))
while True:
    pods = json.loads(kubectl("get", "pods", "-o", "json") or '{"items": []}')["items"]
    if lost:
        lost.clear()
        for name, process in running.items():
            process.kill()
            process.wait()
            delete(name)
        print(f"lost {len(running)} pods", flush=True)
        running.clear()
        continue
    for pod in pods:
        name, process, deleting = pod["metadata"]["name"], running.get(pod["metadata"]["name"]), "deletionTimestamp" in pod["metadata"]
        if process is None:
            if deleting:
                delete(name)
            elif pod["status"].get("phase") == "Pending" and len(running) < SLOTS:
                running[name] = start(pod)
                report(pod, "Running", {"running": {"startedAt": now()}})
        elif process.poll() is not None:
            ended(pod, running.pop(name))
        elif deleting and name not in terminated:
            terminated[name] = time.time()
            process.terminate()
        elif deleting and time.time() - terminated[name] > pod["spec"]["terminationGracePeriodSeconds"]:
            process.kill()
    time.sleep(0.2)
